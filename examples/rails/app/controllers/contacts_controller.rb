class ContactsController < ActionController::API
  def create
    contact = Contact.create(params.permit(:name, :email, :zalo_id))
    return render json: { errors: contact.errors.full_messages }, status: :unprocessable_entity unless contact.persisted?

    render json: contact, status: :created
  end

  def show
    render json: Contact.find(params[:id])
  end
end
